/** Images of datasets, shown and made into pixels. */
import { z } from 'zod';
import { DatasetId, JobId, VersionId } from '../domain/ids.ts';
import { PixelSettings, ShownImage, shownRowLimit, shownSideLimit, thumbnailSideLimit, UnshownImage } from '../domain/images.ts';
import { OverrideReason } from '../domain/policies.ts';
import { channel } from './channel.ts';

export const imageChannels = {
  /** The images of rows by their numbers from 0, shrunk to `side`; one may be large, several are small. Rows without an image are left out. */
  'images.show': channel({
    input: z.object({ versionId: VersionId, column: z.string().min(1), rows: z.array(z.number().int().min(0)).min(1).max(shownRowLimit), side: z.number().int().min(8).max(shownSideLimit) })
      .refine(({ rows, side }) => rows.length === 1 || side <= thumbnailSideLimit, `several images have at most ${thumbnailSideLimit} pixels a side`),
    output: z.array(z.union([ShownImage, UnshownImage])),
    writes: false,
  }),
  /** Makes a dataset with a column for each pixel. */
  'images.makePixels': channel({
    input: z.object({ versionId: VersionId, name: z.string().trim().min(1).max(120), settings: PixelSettings, keep: z.array(z.string().min(1)).max(1000).nullable(), override: OverrideReason.nullable().default(null) }),
    output: z.object({ jobId: JobId, datasetId: DatasetId }),
    writes: true,
  }),
};
