namespace System;

/// <summary>The compiler asks for this type by name when a list pattern is written; netstandard2.0 has none.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    public int GetOffset(int length) => fromEnd ? length - value : value;
}
