import { not, peek, property } from '../model/language/index.ts';
import { freed_table_walked } from '../model/machine/pmd.ts';

/** I5, for page tables: the catalogue's `table[t].life`. */
export const I5Tables = property('I5-tables', 'no use after free of a page table: neither hardware nor a walker of the kernel looks into a table that was freed, or takes another entry for the address of one', () => ({
  'look into a freed table': not(peek(freed_table_walked.at())),
}));
