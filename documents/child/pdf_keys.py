"""What may stand in a PDF after it was rebuilt: everything that is not named here is left out (PDF 32000-1). Pure data."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(f"/{word}" for word in text.split())


# Of a page; its annotations are made anew.
PAGE = _names("Type Parent MediaBox CropBox Rotate UserUnit Resources Contents Group")
INHERITED = _names("MediaBox CropBox Rotate Resources")
# Of Resources: each but ProcSet holds things under names of the author's choice.
RESOURCES = _names("ExtGState ColorSpace Pattern Shading XObject Font ProcSet")
NAMED = _names("ExtGState ColorSpace Pattern Shading XObject Font CharProcs Colorants")
# Of everything that pages draw with: none of these starts anything, opens a file or asks the network.
DRAWN = _names(
    # streams and their filters
    "Type Subtype Name Length Filter DecodeParms Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows "
    "EndOfBlock BlackIs1 DamagedRowsBeforeError JBIG2Globals ColorTransform "
    # images and forms
    "Width Height ColorSpace Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte FormType BBox Matrix Resources Group S CS I "
    # patterns, shadings, functions
    "PatternType PaintType TilingType XStep YStep Shading ExtGState ShadingType Background AntiAlias Domain Function Coords Extend "
    "BitsPerCoordinate BitsPerFlag VerticesPerRow FunctionType Range Size Order Encode C0 C1 Functions Bounds N "
    # graphics states
    "LW LC LJ ML D RI OP op OPM Font BG BG2 UCR UCR2 TR TR2 FL SM SA BM CA ca AIS TK G BC "
    # colours
    "WhitePoint BlackPoint Gamma Alternate Colorants Process Components "
    # fonts
    "BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo W W2 DW DW2 CIDToGIDMap FontBBox "
    "FontMatrix CharProcs BaseEncoding Differences CMapName UseCMap WMode Registry Ordering Supplement FontName FontFamily FontStretch "
    "FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 "
    "FontFile3 CharSet CIDSet Style Panose Lang FD Length1 Length2 Length3 "
    # resources inside forms
    "ProcSet Pattern XObject"
)
# What /S may say of something drawn: of a group, of a mask. In an action it says what is to be done.
DRAWN_KINDS = _names("Transparency Alpha Luminosity")
# Annotations that are kept: marks and comments that somebody made. Fields of forms are drawn on the page; the rest goes.
COMMENTS = _names("Text FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink")
COMMENT_KEYS = _names(
    "Type Subtype Rect Contents T Subj M CreationDate NM C CA F QuadPoints InkList L LE BS Border IC DA Q RD Vertices Name Open AS"
)
BORDER_KEYS = _names("Type W S D")
LINK = "/Link"
# Actions that are only a place in the document.
GO_TO = "/GoTo"
FIT = _names("XYZ Fit FitH FitV FitR FitB FitBH FitBV")
