/** Events of the file system as a value, so that a test sends its own. They are hints: who uses them looks by itself too. */
import { watch } from 'node:fs';
import { statfs } from 'node:fs/promises';

export interface Watcher {
  /** Whether changes that another computer makes below this folder are told at all; network drives tell none. */
  tells(path: string): Promise<boolean>;
  /**
   * Calls `onChange` when something in this one directory may have changed, and `onEnd` when it can tell no more.
   * Returns what ends it; null where the system cannot watch the directory.
   */
  watch(directory: string, onChange: () => void, onEnd: () => void): (() => void) | null;
}

/** The system's own events: inotify, FSEvents, ReadDirectoryChangesW. They do not keep the process alive. */
export const nodeWatcher: Watcher = {
  async tells(path) {
    if (process.platform === 'win32') return !path.startsWith('\\\\');
    if (process.platform !== 'linux') return true;
    const system = await statfs(path).catch(() => null);
    return system === null || !networkSystems.has(system.type);
  },
  watch(directory, onChange, onEnd) {
    try {
      const watcher = watch(directory, { persistent: false, recursive: false }, onChange);
      watcher.on('error', () => {
        watcher.close();
        onEnd();
      });
      return () => watcher.close();
    } catch {
      return null;
    }
  },
};

/** Magic numbers of statfs(2) on Linux: NFS, SMB, CIFS, SMB2, 9P, Ceph, AFS, Coda, FUSE (sshfs, rclone and cloud drives). */
const networkSystems = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x73757245, 0x65735546]);
