/** The client's entry. */
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { createGraphQLClient } from '@/graphql/client'
import { router } from './app/router'
import './index.css'

const PAGES_ARE_FETCHED_AFTER_MS = 1_500

/** Fetch the code of all pages: those that are here already open while the server is away. */
function fetchPages(): void {
  for (const { options } of Object.values(router.routesById)) void options.component?.preload?.()
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Provider value={createGraphQLClient()}>
      <RouterProvider router={router} />
    </Provider>
  </StrictMode>,
)
setTimeout(fetchPages, PAGES_ARE_FETCHED_AFTER_MS)
