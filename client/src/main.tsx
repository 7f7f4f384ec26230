/** The client's entry. */
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { createGraphQLClient } from '@/graphql/client'
import { router } from './app/router'
import './index.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Provider value={createGraphQLClient()}>
      <RouterProvider router={router} />
    </Provider>
  </StrictMode>,
)
