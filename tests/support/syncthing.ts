/** Syncthing peers on this computer alone: no discovery, no relay, no reports, only each other on the loopback. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Peer {
  readonly folder: string;
  stop(): Promise<void>;
}

/** Peers that share one folder each with all others. */
export async function startPeers(root: string, folders: readonly string[]): Promise<Peer[]> {
  const members = await Promise.all(folders.map(async (folder, i) => {
    const home = join(root, `syncthing-${i}`);
    mkdirSync(home, { recursive: true });
    mkdirSync(folder, { recursive: true });
    // Syncthing takes a folder for lost that does not have this.
    mkdirSync(join(folder, '.stfolder'), { recursive: true });
    spawnSync('syncthing', ['generate', `--home=${home}`, '--no-default-folder', '--skip-port-probing'], { env: quiet(home) });
    const id = spawnSync('syncthing', ['--device-id', `--home=${home}`], { encoding: 'utf8', env: quiet(home) }).stdout.trim();
    if (!/^[A-Z0-9-]{63}$/.test(id)) throw new Error(`syncthing gave no id: ${id}`);
    return { home, folder, id, port: await freePort(), guiPort: await freePort() };
  }));
  return members.map(({ home, folder, guiPort, port }) => {
    const devices = members.map((member) => `<device id="${member.id}" name="${member.port}" compression="never" introducer="false"><address>tcp://127.0.0.1:${member.port}</address></device>`);
    const shared = members.map((member) => `<device id="${member.id}"></device>`);
    writeFileSync(join(home, 'config.xml'), `<configuration version="35">
      <folder id="project" label="project" path="${folder}" type="sendreceive" rescanIntervalS="2" fsWatcherEnabled="true" fsWatcherDelayS="1">
        ${shared.join('')}<filesystemType>basic</filesystemType><minDiskFree unit="%">0</minDiskFree><order>random</order>
      </folder>
      ${devices.join('\n')}
      <gui enabled="true" tls="false"><address>127.0.0.1:${guiPort}</address></gui>
      <options>
        <listenAddress>tcp://127.0.0.1:${port}</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
        <relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><startBrowser>false</startBrowser><urAccepted>-1</urAccepted>
        <autoUpgradeIntervalH>0</autoUpgradeIntervalH><crashReportingEnabled>false</crashReportingEnabled><reconnectionIntervalS>1</reconnectionIntervalS>
        <announceLANAddresses>false</announceLANAddresses><stunKeepaliveStartS>0</stunKeepaliveStartS>
      </options></configuration>`);
    const child = spawn('syncthing', ['serve', `--home=${home}`, '--no-browser', '--no-restart', '--no-upgrade', '--logfile=-'], { stdio: 'ignore', env: quiet(home) });
    return { folder, stop: () => ended(child) };
  });
}

function quiet(home: string): NodeJS.ProcessEnv {
  return { ...process.env, HOME: home, STNOUPGRADE: '1', STNODEFAULTFOLDER: '1' };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
