/** Dumping the state of a page (mm/debug.c), as procfs files and warnings do: no lock and no reference is held. */
import { assert, bool, FALSE, If, load, not, primitive, proc, shared, store, TRUE, type Value } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import type { Page } from './page.ts';
import { source, variant } from './version.ts';
import { mappingWord, PageWriteProtected, write_protected } from './write_protect.ts';

/** What was printed: that the page is write-protected, or the file that it is of. */
export const dumped_protected = shared('dumped_protected', bool, [], { display: 'dumped_protected' });
export const dumped_mapping = shared('dumped_mapping', bool, [], { display: 'dumped_mapping' });

/** page_mapping(): one load, whose low bits say what the pointer is. */
const page_mapping_once = primitive('page_mapping', mappingWord);
/** The word again, as the pointer to follow: whether it is the descriptor's. */
const mapping_pointer = primitive('page->mapping', (page: Page) => load('descriptor', write_protected.at(page)));
const print_protected = primitive('pr_warn("write protected")', () => store(dumped_protected.at(), TRUE));
const print_mapping = primitive('pr_warn(mapping->host)', () => store(dumped_mapping.at(), TRUE));

/** Prints what the page is, and of a file page the file. 5.5 takes the pointer from page_mapping() once and follows it. */
export const __dump_page = proc('__dump_page', { params: { page: pfn_t }, models: source('__dump_page', 'mm/debug.c') }, ({ page }) => {
  if (variant('debugging reads page->mapping twice')) {
    const isProtected = PageWriteProtected(page);
    If(isProtected, print_protected, () => follow(mapping_pointer(page)));
    return;
  }
  const { descriptor, mapping } = page_mapping_once(page);
  If(descriptor, print_protected, () => If(mapping, () => follow(FALSE)));
});

function follow(descriptor: Value<'bool'>): void {
  assert('dump_page follows a pointer to an address_space', not(descriptor));
  print_mapping();
}
