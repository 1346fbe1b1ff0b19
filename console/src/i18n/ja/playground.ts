import type { playground as en } from '../en/playground.ts'

export const playground: Readonly<Record<keyof typeof en, string>> = {
  ciphertext: '暗号文',
  'ciphertext.description': 'CiphertextBlob の base64。',
  plaintext: '平文',
  'plaintext.base64': '平文 (テキストではないため base64)',
  'plaintext.description': '4,096 バイトまでのテキスト。',
  'playground.decrypt': '復号',
  'playground.description':
    'キーを試します。入力内容はこのタブにだけ残り、呼び出しは他と同様に監査証跡に記録されます。',
  'playground.encrypt': '暗号化',
  'playground.title': 'プレイグラウンド',
}
