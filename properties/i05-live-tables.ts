import { not, peek, property } from '../model/language/index.ts';
import { freed_table_walked, no_table_followed } from '../model/machine/pmd.ts';

/** I5, for page tables: the catalogue's `table[t].life`. */
export const I5Tables = property('I5-tables', 'no use after free of a page table: neither hardware nor a walker of the kernel looks into a table that was freed, or takes another entry for the address of one', () => ({
  'look into a freed table': not(peek(freed_table_walked.at())),
  'followed what is no table': not(peek(no_table_followed.at())),
}));

/** The first half alone, for worlds in which the second breaks sooner. */
export const I5Freed = property('I5-freed-table', 'no use after free of a page table: neither hardware nor a walker of the kernel looks into a table that was freed', () => ({
  'look into a freed table': not(peek(freed_table_walked.at())),
}));
