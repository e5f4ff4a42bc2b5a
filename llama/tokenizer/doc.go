// Package tokenizer turns text into token ids and back with byte-level
// byte-pair encoding (BPE), the tokenizer of GPT-2, Llama 3, Qwen and SmolLM2.
//
// # How it works
//
// A text passes four stages. Added tokens such as <|im_end|> are found first
// and become their ids. The text between them may be normalised (NFC). It is
// then split into pieces, roughly words with the space in front of them. Each
// piece is taken as bytes, and neighbouring bytes are merged into larger tokens
// in the order in which training found those merges (Sennrich et al. 2016,
// "Neural machine translation of rare words with subword units"; on bytes:
// Radford et al. 2019). No text is unknown, since every byte is a token.
//
// # Words used
//
//	vocabulary   token ↔ id; in files a byte is written as a printable
//	             character, so " the" is "Ġthe"
//	merge        two neighbouring tokens that become one; its rank is its place
//	             in the list, and the lowest rank merges first
//	special      a control token (<|im_end|>) that only the program may place
//	added        any token that is matched in the text before splitting
//	plain        special tokens in the text stay ordinary text, as Hugging Face's
//	             split_special_tokens has it
//	literal      so do all added tokens: the mode for queries and tool output,
//	             which must not be able to end a turn
//
// # The way in
//
// [Load] reads a Hugging Face tokenizer.json, [FromGGUF] the vocabulary of a
// GGUF file, [Train] learns a new one. [Tokenizer.Encode], [Tokenizer.Decode]
// and [Tokenizer.Save] do the rest. Start reading at encode.go, go on to bpe.go
// and scan.go; train.go stands alone.
//
// # Exactness
//
// Ids equal those of Hugging Face tokenizers, text for text, including its
// habit of dropping bytes that a vocabulary lacks. A file that asks for something
// unknown is refused with its name, never read approximately. The split
// expressions in common use are scanners that take linear time; any other one
// is matched by backtracking, within a bound ([PatternError]). Decoding differs
// in one point: the text of added tokens is taken as it stands, also when it
// holds letters that the byte alphabet uses for other bytes.
package tokenizer
