import { expect, it } from 'vitest';
import { secretOf } from '../../../../src/completion/privacy/secretFiles.ts';

it.each([
  '.env',
  '.env.local',
  '.env.production.local',
  'prod.env',
  'a/b/.envrc',
  'server.pem',
  'SERVER.KEY',
  'id_rsa',
  'id_rsa.pub',
  'id_ed25519',
  'home/me/.ssh/config',
  'release.asc',
  'store.p12',
  'store.pfx',
  'app.jks',
  'debug.keystore',
  'mine.kdbx',
  'ca.crt',
  'credentials',
  'config/credentials.yml.enc',
  'secrets.py',
  'secrets.yaml',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.pgpass',
  '.git-credentials',
  'prod.tfvars',
  'prod.auto.tfvars.json',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'home/me/.aws/config',
  'home/me/.gnupg/x.conf',
  'home/me/.kube/config',
  '.docker/config.json',
  'repo/.git/config',
  'service-account.json',
  'service_account_prod.json',
  'client_secret_123.apps.json',
  'x-firebase-adminsdk-1.json',
])('%s is not read', (path) => {
  expect(secretOf(path)).toMatch(/^an? .+ \(.+\)$/);
  expect(secretOf(`/${path}`)).toBe(secretOf(path));
  expect(secretOf(`/root/of it/${path}`)).toBe(secretOf(path));
});

it.each([
  'environment.py',
  'env.py',
  'keys.py',
  'monkey.ts',
  'pem.go',
  'id_rsa_reader/main.py',
  'credentials_form.tsx',
  'secretary.py',
  'aws/config.py',
  'kube/config',
  'config.json',
  'docker/config.json',
  '.gitignore',
  'account.json',
  'npmrc.md',
  'tfvars.tf',
])('%s is', (path) => expect(secretOf(path)).toBeUndefined());

it('says what it is and by which rule', () => {
  expect(secretOf('a/.env.local')).toBe('a file of environment variables (.env*)');
  expect(secretOf('.ssh/known_hosts')).toBe('a key (.ssh/)');
  expect(secretOf('.kube/config')).toBe('a file of credentials (.kube/config)');
});
