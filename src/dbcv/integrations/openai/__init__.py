"""OpenAI and every server that speaks its API: conversations, embeddings, speech to text, by the library openai."""
