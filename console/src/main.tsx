import '@cloudscape-design/global-styles/index.css'
import './console.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { loadSettings } from './session/settings.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no root')
const settings = loadSettings()
createRoot(root).render(<App settings={settings} />)
