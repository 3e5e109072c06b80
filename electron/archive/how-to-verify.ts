/** The text that tells an auditor how to check an archive with ordinary tools, without our app. */
import { publicKeyLine } from '../store/format/minisign.ts';

/** @param publicKey base64; @param fingerprint as the exporting device shows it */
export function howToVerify(facts: { projectName: string; rootName: string; publicKey: string; fingerprint: string }): string {
  return `HOW TO VERIFY THIS ARCHIVE

Project:      ${facts.projectName.replace(/\s+/g, ' ')}
Signed by:    ${facts.fingerprint}
Public key:   ${publicKeyLine(facts.publicKey)}

A. With Assay
   assay verify ${facts.rootName}.eln
   checks every point below and names each file that differs.

B. Without Assay, with Python alone (3.8 or later, nothing to install)
   Unpack the archive with any ZIP program and go into the folder ${facts.rootName}.
      python3 audit/verify.py --key "${facts.fingerprint}"
   checks points 4 and 5 of C and all of D, and names each file and record that differs. Take the words after --key
   from the signer, not from this file. The program is short and says what it does; you can get the same one
   from Assay's own source, so that you need not trust the copy in an archive that somebody sent you.

C. Without Assay, with tools that most systems have
   1. Who signed? Compare the eight words above with those that you got from the signer on another way:
      on paper, by telephone, in person. Without this, the signatures prove that the parts belong
      together, and not who made them. (The words are 11 bits each of the SHA-256 of the public key's
      32 bytes, from its start, as numbers into the English word list of BIP-39.)
   2. The archive as a whole, when ${facts.rootName}.eln.minisig lies beside it:
      minisign -V -m ${facts.rootName}.eln -P ${publicKeyLine(facts.publicKey)}
   3. Unpack it (any ZIP program) and go into the folder ${facts.rootName}.
   4. The list of files:
      minisign -V -m ro-crate-metadata.json -P ${publicKeyLine(facts.publicKey)}
   5. Every file: ro-crate-metadata.json has the SHA-256 and the size of each other file, and so covers
      all of them. The same sums, for a tool:
      sha256sum --strict -c audit/SHA256SUMS
      A file that is in the folder but in no list was added later.

D. The history
   audit/log has the project's log: files of JSON lines. Each line is one event and has in "p" the SHA-256
   of the line before it (without its line end), so no event can be changed, removed or moved unseen.
   The last line of a file is its seal: the count, the last hash, the SHA-256 of all bytes before the seal,
   and an Ed25519 signature over the text "assay-seg-v1", a line feed and the 32 bytes of that hash.
   audit/devices.json names the devices and their public keys. audit/seal, where it is there, has checkpoints: what
   one device had seen of all the others at some time, so that a removed record is missed. Each is signed:
      minisign -V -m audit/seal/FILE.json -P KEY      (the key of that device; FILE.json names the device)

E. What the words of the verifier mean
   Verified                   all of the above holds, and you trust the signer's key
   Verified, signer unknown   all of the above holds; nobody has confirmed whose key it is
   Incomplete                 what is here is right, but something that is listed is not here
   Altered                    something differs from what was signed; it is named
   Unreadable                 it could not be read as an archive

Times in the history are what the clocks of the devices claimed.
`;
}
