/** GraphiQL from the project's own files: explorer, subscriptions, tabs that run as they are. */
import { explorerPlugin } from '@graphiql/plugin-explorer'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createRoot } from 'react-dom/client'
import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'
import './graphiql.css'
import { createFetcher } from './fetcher'
import { TABS } from './tabs'
import './workers'

const root = document.getElementById('graphiql')
if (!root) throw new Error('graphiql/index.html has no #graphiql')
createRoot(root).render(
  <GraphiQL
    fetcher={createFetcher()}
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
    defaultTabs={TABS}
    defaultEditorToolsVisibility
    shouldPersistHeaders={false}
  >
    <GraphiQL.Logo>
      <a href="/">TITAN</a>
    </GraphiQL.Logo>
  </GraphiQL>,
)
