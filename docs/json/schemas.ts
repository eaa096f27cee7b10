/** The files of this folder, from the schemas that the command line is typed by. */
import { z } from 'zod';
import { schemas } from '../../cli/json.ts';

/** Name and content of each file. */
export function schemaFiles(): [string, string][] {
  return Object.entries(schemas).map(([name, schema]) => {
    const command = name === 'movers' ? 'show --movers' : name;
    const title = name === 'trace' ? 'pterace trace file' : name === 'error' ? 'what any command prints with --json when it fails' : `pterace ${command} --json`;
    return [`${name}.schema.json`, `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`];
  });
}
