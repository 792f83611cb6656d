/** What a batch made, of this visit and of earlier ones. */
import { AppError } from '../../errors.ts';
import { uniqueNames } from '../../library/collect.ts';
import type { OutputFile } from '../../library/queue.ts';
import type { BatchContext } from './context.ts';
import type { Batch } from './types.ts';

export function createCollecting({ get, withQueue, fail, results }: BatchContext): Pick<Batch, 'collect'> {
  return {
    async collect() {
      const outputs: OutputFile[] = [];
      for (const { id, name, status } of get().items) {
        if (status.state !== 'done') continue;
        const found = results.get(id) ?? (await withQueue((queue) => queue.outputs(id))) ?? [];
        if (found.length < status.outputs.length) {
          fail(
            new AppError(
              'library-gone',
              `What was made of ${name} is not in the browser any more.`,
              'Add the file again. Browsers clear their storage when the device runs out of room.',
              { values: { variant: 'results', name } },
            ),
          );
        }
        outputs.push(...found);
      }
      const names = uniqueNames(outputs.map(({ name }) => name));
      return outputs.map(({ blob }, index) => ({ name: names[index] ?? '', blob }));
    },
  };
}
