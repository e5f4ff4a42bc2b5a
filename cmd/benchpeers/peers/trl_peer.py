"""TRL's PPOTrainer.step on the line protocol of benchpeers. usage: trl_peer.py THREADS

PPOIteration/10M/rowsN is a step over N stored trajectories of 256 to 1024 tokens
drawn with random.Random(5), half query and half response, four epochs of
minibatches of eight; a LLaMA of width 320, six layers, five heads, hidden width
864, 4096 tokens: ten million parameters. PPOIteration/10M/rowsN/bf16 is the same
step under autocast to bfloat16.
"""
import random
import re
import sys
import warnings

warnings.filterwarnings("ignore")
import torch
import trl
from tokenizers import Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer

from protocol import serve

VOCAB, MINI = 4096, 8


def policy():
    torch.manual_seed(0)
    return AutoModelForCausalLMWithValueHead.from_pretrained(LlamaForCausalLM(LlamaConfig(
        hidden_size=320, num_hidden_layers=6, num_attention_heads=5, num_key_value_heads=5, intermediate_size=864,
        vocab_size=VOCAB, max_position_embeddings=2048, pad_token_id=0, attn_implementation="sdpa")))


def case(name):
    g = re.fullmatch(r"PPOIteration/10M/rows(\d+)(/bf16)?", name)
    if not g:
        return None
    rows, rnd = int(g[1]), random.Random(5)
    words = Tokenizer(models.WordLevel({str(i): i for i in range(VOCAB)}, unk_token="0"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="0", eos_token="1")
    config = PPOConfig(batch_size=rows, mini_batch_size=MINI, gradient_accumulation_steps=1, ppo_epochs=4, learning_rate=1e-5, seed=0)
    trainer = PPOTrainer(config, policy(), policy(), tokenizer)
    queries, responses, scores = [], [], []
    for _ in range(rows):
        n = rnd.randint(256, 1024)
        ids = torch.tensor([rnd.randint(2, VOCAB - 1) for _ in range(n)])
        queries.append(ids[:n // 2])
        responses.append(ids[n // 2:])
        scores.append(torch.tensor(rnd.random()))
    bf16 = g[2] is not None

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            trainer.step(queries, responses, scores)

    return step


torch.set_num_threads(int(sys.argv[1]))
serve(f"trl {trl.__version__}, torch {torch.__version__}", case, warm=0)
