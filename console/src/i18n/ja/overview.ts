import type { overview as en } from '../en/overview.ts'

export const overview: Readonly<Record<keyof typeof en, string>> = {
  'audit.not-shown': '監査証跡を表示できませんでした',
  'overview.all': 'すべてのキー',
  'overview.calls': '呼び出し',
  'overview.count-on': '続きを数える',
  'overview.denials': '拒否',
  'overview.due': '保留中のキー',
  'overview.errors': 'その他のエラー',
  'overview.hour': '過去 1 時間',
  'overview.nothing-due': '削除やインポートを待つキーはありません',
  'overview.title': '概要',
  'overview.when': '削除予定日時',
}
