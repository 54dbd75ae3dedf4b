namespace System.Runtime.CompilerServices;

/// <summary>The compiler asks for this type by name when a property is init-only; netstandard2.0 has none.</summary>
internal static class IsExternalInit;
