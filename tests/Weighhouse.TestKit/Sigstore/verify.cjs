// Holds the bundle of the first argument against the public key of the second, as Sigstore's own verifier does. Exit code 1 when it does
// not hold. There is no log and no timestamp in what is signed with a key, so none is asked for.
const { readFileSync } = require('node:fs');
const { createHash, createPublicKey } = require('node:crypto');
const { bundleFromJSON } = require('@sigstore/bundle');
const { toSignedEntity, Verifier } = require('@sigstore/verify');

const [bundlePath, keyPath] = process.argv.slice(2);
const pem = readFileSync(keyPath);
const fingerprint = createHash('sha256').update(pem).digest('hex');
const material = {
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
  publicKey: (hint) => {
    if (hint !== fingerprint) throw new Error(`the bundle names the key ${hint}, and this one is ${fingerprint}`);
    return { publicKey: createPublicKey(pem), validFor: () => true };
  },
};

try {
  const bundle = bundleFromJSON(JSON.parse(readFileSync(bundlePath, 'utf8')));
  new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
  console.log(JSON.parse(bundle.content.dsseEnvelope.payload.toString('utf8')).predicateType);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
