/** The projects opened lately, latest first, as data. */
import { z } from 'zod';

export const RecentProjects = z.array(z.object({ name: z.string(), folder: z.string(), openedAtMs: z.number() }));
export type RecentProjects = z.infer<typeof RecentProjects>;

const longestList = 12;

/** The list with this project first and once. */
export function withProject(list: RecentProjects, project: { name: string; folder: string }, nowMs: number): RecentProjects {
  const others = list.filter(({ folder }) => folder !== project.folder);
  return [{ ...project, openedAtMs: nowMs }, ...others].slice(0, longestList);
}
