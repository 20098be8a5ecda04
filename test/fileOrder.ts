/**
 * The order of the test files: those that take longest begin first, so that no worker is left alone with one of them
 * at the end. How long a file took is not known on a fresh clone, but what drives whole sessions and programs is: the
 * files in `test/`, and of the modules those of the session host. Within a folder the order is Vitest's own.
 */
import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const LONG_FIRST = ['test/simulation/', 'src/host/', 'test/'];

/** See the module header. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // The projects stay apart, as Vitest has them: the files that need a process of their own come first.
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const placeOf = ({ project, moduleId }: TestSpecification): number => {
      const path = relative(this.ctx.config.root, moduleId).replaceAll('\\', '/');
      const folder = LONG_FIRST.findIndex((start) => path.startsWith(start));
      const withinProject = folder < 0 ? LONG_FIRST.length : folder;
      return projects.indexOf(project.name) * (LONG_FIRST.length + 1) + withinProject;
    };
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}
