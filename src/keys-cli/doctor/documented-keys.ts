/**
 * Keys that stand in documents and examples, as hex: whoever copies one shares it with everybody.
 * Sources: NIST SP 800-38A and the GCM test vectors (AES-256), https://github.com/fernet/spec (generate.json),
 * LibreChat's .env.example.
 */
export const DOCUMENTED_KEYS: ReadonlySet<string> = new Set([
  '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  '730ff4c7af3d46923e8ed451ee813c87f790b0a226bc96a92de49b5e9c05e1ee',
  'f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0',
])
