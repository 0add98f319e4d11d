/**
 * Files that are neither completed nor read, whatever git and the settings say: what they are named for is secret. The
 * list is long on purpose, since a secret read once too often is worse than a suggestion that stays away.
 */

type Rule = {
  readonly what: string;
  /** Names of files; `*` is any run of characters. */
  readonly names?: readonly string[];
  /** Folders, anywhere on the way, with everything in them. */
  readonly folders?: readonly string[];
  /** Ends of paths. */
  readonly paths?: readonly string[];
};

const RULES: readonly Rule[] = [
  {
    what: 'a file of environment variables',
    names: ['.env*', '*.env', '.envrc', '.flaskenv'],
  },
  {
    what: 'a key',
    names: [
      ...['*.pem', '*.key', '*.p8', '*.ppk', '*.asc', '*.gpg', '*.pgp', '*.keytab', '*.ovpn'],
      ...['id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', 'ssh_host_*_key'],
    ],
    folders: ['.ssh', '.gnupg'],
  },
  {
    what: 'a store of keys or passwords',
    names: ['*.p12', '*.pfx', '*.jks', '*.keystore', '*.truststore', '*.kdb', '*.kdbx', '*.keychain*'],
    folders: ['.password-store'],
  },
  {
    what: 'a certificate',
    names: ['*.crt', '*.cer', '*.der', '*.csr', '*.p7b', '*.p7c'],
  },
  {
    what: 'a file of credentials',
    names: [
      ...['credentials', 'credentials.*', 'secrets', 'secrets.*', '*.secret', '*.secrets'],
      ...['.netrc', '_netrc', '.npmrc', '.yarnrc*', '.pypirc', '.git-credentials', '.htpasswd'],
      ...['.pgpass', 'pgpass.conf', '.my.cnf', '.mylogin.cnf', '.s3cfg', '.boto', '.dockercfg'],
      ...['.dockerconfigjson', '.vault-token', '.vault_pass*', 'kubeconfig', '*.kubeconfig'],
      ...['service-account*.json', 'service_account*.json', 'serviceaccount*.json', 'client_secret*.json'],
      ...['application_default_credentials.json', '*firebase-adminsdk*.json', 'gha-creds-*.json'],
      ...['*.publishsettings', '*.rdp'],
    ],
    folders: ['.aws', '.azure', '.gcloud'],
    paths: [
      '.kube/config',
      '.docker/config.json',
      '.git/config',
      '.config/gh/hosts.yml',
      '.cargo/credentials',
    ],
  },
  {
    what: "a file of Terraform's values",
    names: ['*.tfvars', '*.tfvars.json', '*.tfstate', '*.tfstate.*', '.terraformrc', 'terraform.rc'],
  },
];

/** What a file is that must not be read, such as `a key (*.pem)`, or undefined. The path has `/` between its parts. */
export function secretOf(path: string): string | undefined {
  const folded = path.toLowerCase();
  return MATCHERS.find(({ matches }) => matches(folded))?.reason;
}

type Matcher = { readonly reason: string; readonly matches: (path: string) => boolean };

const MATCHERS: readonly Matcher[] = RULES.flatMap(({ what, names = [], folders = [], paths = [] }) => [
  ...names.map((name) => matcher(what, name, `/${starred(name)}$`)),
  ...folders.map((folder) => matcher(what, `${folder}/`, `/${literal(folder)}/`)),
  ...paths.map((path) => matcher(what, path, `/${literal(path)}$`)),
]);

function matcher(what: string, shown: string, source: string): Matcher {
  const pattern = new RegExp(source);
  return { reason: `${what} (${shown})`, matches: (path) => pattern.test(`/${path}`) };
}

function starred(name: string): string {
  return name.split('*').map(literal).join('[^/]*');
}

function literal(text: string): string {
  return text.replace(/[.\\+?^${}()|[\]]/g, '\\$&');
}
