/** Keeps the schema library from compiling code at run time, which the page's content policy forbids. Import first. */
import { z } from 'zod';

z.config({ jitless: true });
