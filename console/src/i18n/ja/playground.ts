import type { playground as en } from '../en/playground.ts'

export const playground: Readonly<Record<keyof typeof en, string>> = {
  algorithm: 'アルゴリズム',
  'algorithm.none': 'この操作ができるキーを指定してください',
  ciphertext: '暗号文',
  'ciphertext.description': 'CiphertextBlob の base64。',
  mac: 'MAC',
  'mac.make': 'MAC を生成',
  'mac.valid': 'MAC は有効です。',
  message: 'メッセージ',
  'message.description': '4,096 バイトまでのテキスト。',
  plaintext: '平文',
  'plaintext.base64': '平文 (テキストではないため base64)',
  'plaintext.description': '4,096 バイトまでのテキスト。',
  'playground.decrypt': '復号',
  'playground.description':
    'キーを試します。入力内容はこのタブにだけ残り、呼び出しは他と同様に監査証跡に記録されます。',
  'playground.encrypt': '暗号化',
  'playground.mac': 'MAC',
  'playground.sign': '署名',
  'playground.title': 'プレイグラウンド',
  signature: '署名',
  'signature.description':
    'base64。署名すると入力されます。検証する署名を貼り付けることもできます。',
  'signature.make': '署名する',
  'signature.valid': '署名は有効です。',
  verify: '検証',
}
