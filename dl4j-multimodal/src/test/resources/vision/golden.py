"""Writes the reference numbers beside it: tiny autoencoder and CLIP in PyTorch, random weights.

python3 golden.py  (PyTorch 1.13; only torch and the standard library)

Modules are named as in the published checkpoints: Stable Diffusion's first stage and Hugging
Face's CLIPModel. *_weights.safetensors hold the parameters, *_results.safetensors inputs, outputs
and, under grad.<name>, the gradients of the loss, all in single precision, computed in double.
"""
import json
import math
import os
import struct

import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, tensors):
    header, body, at = {}, b"", 0
    for key, t in tensors.items():
        data = struct.pack("<%df" % t.numel(), *t.detach().reshape(-1).tolist())
        header[key] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(HERE, name + ".safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + body)


def randomize(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_((torch.randn(p.shape, dtype=torch.float64) * 0.3).float().double())
            if p.dim() == 1:
                p.add_(0.5)


def save(name, model, results, loss):
    loss.backward()
    weights = dict(model.named_parameters())
    results = dict(results, loss=loss)
    for key, p in weights.items():
        results["grad." + key] = p.grad
    write(name + "_weights", weights)
    write(name + "_results", results)


class Block(nn.Module):
    def __init__(self, a, b, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, a, eps=1e-6)
        self.conv1 = nn.Conv2d(a, b, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, b, eps=1e-6)
        self.conv2 = nn.Conv2d(b, b, 3, padding=1)
        if a != b:
            self.nin_shortcut = nn.Conv2d(a, b, 1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class Attention(nn.Module):
    def __init__(self, c, groups):
        super().__init__()
        self.norm = nn.GroupNorm(groups, c, eps=1e-6)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(c, c, 1) for _ in range(4))

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (f(h).flatten(2) for f in (self.q, self.k, self.v))
        w = torch.softmax(q.transpose(1, 2) @ k / math.sqrt(q.shape[1]), -1)
        return x + self.proj_out((v @ w.transpose(1, 2)).reshape(x.shape))


class Mid(nn.Module):
    def __init__(self, c, groups):
        super().__init__()
        self.block_1 = Block(c, c, groups)
        self.attn_1 = Attention(c, groups)
        self.block_2 = Block(c, c, groups)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Down(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Encoder(nn.Module):
    def __init__(self, ch, mult, blocks, z, groups):
        super().__init__()
        self.conv_in = nn.Conv2d(3, ch, 3, padding=1)
        self.down = nn.ModuleList()
        c = ch
        for i, m in enumerate(mult):
            level = nn.Module()
            level.block = nn.ModuleList()
            for _ in range(blocks):
                level.block.append(Block(c, ch * m, groups))
                c = ch * m
            if i < len(mult) - 1:
                level.downsample = Down(c)
            self.down.append(level)
        self.mid = Mid(c, groups)
        self.norm_out = nn.GroupNorm(groups, c, eps=1e-6)
        self.conv_out = nn.Conv2d(c, 2 * z, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down:
            for block in level.block:
                x = block(x)
            if hasattr(level, "downsample"):
                x = level.downsample(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    def __init__(self, ch, mult, blocks, z, groups):
        super().__init__()
        c = ch * mult[-1]
        self.conv_in = nn.Conv2d(z, c, 3, padding=1)
        self.mid = Mid(c, groups)
        levels = []
        for i, m in reversed(list(enumerate(mult))):
            level = nn.Module()
            level.block = nn.ModuleList()
            for _ in range(blocks + 1):
                level.block.append(Block(c, ch * m, groups))
                c = ch * m
            if i > 0:
                level.upsample = Up(c)
            levels.insert(0, level)
        self.up = nn.ModuleList(levels)
        self.norm_out = nn.GroupNorm(groups, c, eps=1e-6)
        self.conv_out = nn.Conv2d(c, 3, 3, padding=1)

    def forward(self, x):
        x = self.mid(self.conv_in(x))
        for level in reversed(self.up):
            for block in level.block:
                x = block(x)
            if hasattr(level, "upsample"):
                x = level.upsample(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class AutoencoderKL(nn.Module):
    def __init__(self, ch, mult, blocks, z, groups):
        super().__init__()
        self.encoder = Encoder(ch, mult, blocks, z, groups)
        self.decoder = Decoder(ch, mult, blocks, z, groups)
        self.quant_conv = nn.Conv2d(2 * z, 2 * z, 1)
        self.post_quant_conv = nn.Conv2d(z, z, 1)


def autoencoder():
    model = AutoencoderKL(2, (1, 2), 1, 2, 2).double()
    randomize(model, 1)
    torch.manual_seed(2)
    image = (torch.rand(2, 3, 8, 4) * 2 - 1).double()
    noise = torch.randn(2, 2, 4, 2).double()
    moments = model.quant_conv(model.encoder(image))
    mean, log = moments.chunk(2, 1)
    log = log.clamp(-30, 20)
    drawn = model.decoder(model.post_quant_conv(mean + torch.exp(0.5 * log) * noise))
    decoded = model.decoder(model.post_quant_conv(mean))
    kl = 0.5 * (mean ** 2 + log.exp() - 1 - log).mean()
    loss = F.mse_loss(drawn, image) + 0.1 * kl
    save("autoencoder", model, dict(image=image, noise=noise, moments=moments, decoded=decoded), loss)


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


class SelfAttention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.k_proj, self.v_proj, self.q_proj, self.out_proj = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x, causal):
        b, t, d = x.shape
        q, k, v = (
            f(x).reshape(b, t, self.heads, -1).transpose(1, 2)
            for f in (self.q_proj, self.k_proj, self.v_proj)
        )
        w = q @ k.transpose(2, 3) / math.sqrt(d // self.heads)
        if causal:
            w = w.masked_fill(torch.ones(t, t).triu(1).bool(), -math.inf)
        return self.out_proj((torch.softmax(w, -1) @ v).transpose(1, 2).reshape(b, t, d))


class Layer(nn.Module):
    def __init__(self, d, inner, heads):
        super().__init__()
        self.self_attn = SelfAttention(d, heads)
        self.layer_norm1 = nn.LayerNorm(d)
        self.mlp = nn.Module()
        self.mlp.fc1 = nn.Linear(d, inner)
        self.mlp.fc2 = nn.Linear(inner, d)
        self.layer_norm2 = nn.LayerNorm(d)

    def forward(self, x, causal):
        x = x + self.self_attn(self.layer_norm1(x), causal)
        return x + self.mlp.fc2(quick_gelu(self.mlp.fc1(self.layer_norm2(x))))


def layers(d, inner, heads, n):
    encoder = nn.Module()
    encoder.layers = nn.ModuleList(Layer(d, inner, heads) for _ in range(n))
    return encoder


class Text(nn.Module):
    def __init__(self, vocabulary, positions, d, inner, heads, n):
        super().__init__()
        self.embeddings = nn.Module()
        self.embeddings.token_embedding = nn.Embedding(vocabulary, d)
        self.embeddings.position_embedding = nn.Embedding(positions, d)
        self.encoder = layers(d, inner, heads, n)
        self.final_layer_norm = nn.LayerNorm(d)

    def forward(self, ids):
        x = self.embeddings.token_embedding(ids)
        x = x + self.embeddings.position_embedding.weight[: ids.shape[1]]
        for layer in self.encoder.layers:
            x = layer(x, True)
        return self.final_layer_norm(x)


class Vision(nn.Module):
    def __init__(self, patches, patch, d, inner, heads, n):
        super().__init__()
        self.embeddings = nn.Module()
        self.embeddings.class_embedding = nn.Parameter(torch.zeros(d))
        self.embeddings.patch_embedding = nn.Conv2d(3, d, patch, stride=patch, bias=False)
        self.embeddings.position_embedding = nn.Embedding(patches + 1, d)
        self.pre_layrnorm = nn.LayerNorm(d)
        self.encoder = layers(d, inner, heads, n)
        self.post_layernorm = nn.LayerNorm(d)

    def forward(self, image):
        x = self.embeddings.patch_embedding(image).flatten(2).transpose(1, 2)
        first = self.embeddings.class_embedding.expand(x.shape[0], 1, -1)
        x = torch.cat([first, x], 1) + self.embeddings.position_embedding.weight
        x = self.pre_layrnorm(x)
        for layer in self.encoder.layers:
            x = layer(x, False)
        return self.post_layernorm(x[:, 0])


class Clip(nn.Module):
    def __init__(self):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.tensor(1.0))
        self.text_model = Text(11, 5, 8, 12, 2, 2)
        self.vision_model = Vision(4, 2, 6, 10, 2, 1)
        self.visual_projection = nn.Linear(6, 4, bias=False)
        self.text_projection = nn.Linear(8, 4, bias=False)


def clip():
    model = Clip().double()
    randomize(model, 3)
    torch.manual_seed(4)
    image = (torch.rand(3, 3, 4, 4) * 2 - 1).double()
    ids = torch.tensor([[9, 3, 4, 10, 10], [9, 5, 10, 10, 10], [9, 1, 2, 3, 10]])
    ends = ids.argmax(1)
    states = model.text_model(ids)
    text = model.text_projection(states[torch.arange(3), ends])
    picture = model.visual_projection(model.vision_model(image))
    a, b = F.normalize(picture, dim=1), F.normalize(text, dim=1)
    logits = model.logit_scale.exp() * a @ b.t()
    same = torch.arange(3)
    loss = (F.cross_entropy(logits, same) + F.cross_entropy(logits.t(), same)) / 2
    results = dict(
        image=image, ids=ids, states=states, text=text, picture=picture, logits=logits
    )
    save("clip", model, results, loss)


autoencoder()
clip()
