"""An organiser's Markdown as paragraphs, headings and list items for print: plain values, no markup language."""

from dataclasses import asdict, dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_parser = MarkdownIt("commonmark", {"html": False}).disable("image")


@dataclass
class Span:
    """A piece of a paragraph in one weight and slant."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass
class Block:
    """kind: paragraph, heading, quote, bullet, numbered, or continued for the further paragraphs of a list's item.

    depth: how deep in lists, from 1; number: of a numbered item.
    """

    kind: str
    depth: int = 0
    number: int = 0
    spans: list[Span] = field(default_factory=list)


def blocks(markdown: str) -> list[dict[str, Any]]:
    """The text's blocks in reading order, as JSON takes them. Links show their address in brackets."""
    return [asdict(block) for block in _children(SyntaxTreeNode(_parser.parse(markdown)), Block("paragraph"))]


def _children(parent: SyntaxTreeNode, like: Block) -> list[Block]:
    """like: what a paragraph in here becomes."""
    return [block for node in parent.children for block in _block(node, like)]


def _block(node: SyntaxTreeNode, like: Block) -> list[Block]:
    match node.type:
        case "paragraph" | "heading":
            kind = "heading" if node.type == "heading" else like.kind
            return [Block(kind, like.depth, like.number, _spans(node.children[0].children))]
        case "blockquote":
            return _children(node, Block("quote", like.depth))
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1))
            kind = "numbered" if node.type == "ordered_list" else "bullet"
            items = (Block(kind, like.depth + 1, start + place) for place in range(len(node.children)))
            return [block for item, like in zip(node.children, items, strict=True) for block in _item(item, like)]
        case "fence" | "code_block":
            return [Block(like.kind, like.depth, like.number, [Span(node.content.rstrip("\n"))])]
    return []


def _item(item: SyntaxTreeNode, like: Block) -> list[Block]:
    first, *others = item.children or [item]  # an empty item has no children and gives nothing
    further = Block("continued", like.depth)
    return [*_block(first, like), *(block for node in others for block in _block(node, further))]


def _spans(children: list[SyntaxTreeNode], *, strong: bool = False, emphasis: bool = False) -> list[Span]:
    spans = []
    for child in children:
        match child.type:
            case "strong" | "em":
                is_strong, is_emphasis = strong or child.type == "strong", emphasis or child.type == "em"
                spans += _spans(child.children, strong=is_strong, emphasis=is_emphasis)
            case "link":
                words = _spans(child.children, strong=strong, emphasis=emphasis)
                address = str(child.attrs.get("href", ""))
                is_shown = "".join(span.text for span in words) == address
                spans += words if is_shown else [*words, Span(f" ({address})")]
            case "softbreak" | "hardbreak":
                spans.append(Span("\n" if child.type == "hardbreak" else " "))
            case _:
                spans.append(Span(child.content, strong, emphasis))
    return spans
