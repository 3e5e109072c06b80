/** What an archive may be; checked before any content is read, and by the writer too. Sizes in bytes. */
export const zipLimits = {
  entries: 100_000,
  /** Of all files together, unpacked. */
  totalBytes: 50 * 1024 ** 3,
  /** Unpacked size per packed byte, for each file and for all together ... */
  ratio: 100,
  /** ... unless the unpacked size is smaller than this. */
  ratioFreeBytes: 1 << 20,
  centralBytes: 100_000 * 512,
} as const;
