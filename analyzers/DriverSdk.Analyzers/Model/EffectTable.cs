using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Model;

/// <summary>Reads the effects off symbols and remembers them for the compilation.</summary>
internal sealed class EffectTable(KnownTypes types)
{
    private readonly ConcurrentDictionary<ISymbol, Effects> _members = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, Effects> _returns = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _mappings = new(SymbolEqualityComparer.Default);

    public KnownTypes Types => types;

    /// <summary>The effects stated on a method, property, parameter or type; a member inherits those of what it overrides.</summary>
    public Effects Of(ISymbol symbol) => _members.GetOrAdd(symbol.OriginalDefinition, ReadMember);

    public Effects OfReturn(IMethodSymbol method) => _returns.GetOrAdd(method.OriginalDefinition, m => Read(m.GetReturnTypeAttributes()));

    /// <summary>Whether a call of this method opens a section in which nothing may sleep.</summary>
    public bool EntersAtomic(IMethodSymbol method)
    {
        var own = Of(method);
        if ((own & Effects.AcquiresLock) != 0)
            return ((own | Of(method.ContainingType)) & Effects.AtomicScope) != 0;
        return ReturnsGuard(method);
    }

    /// <summary>Whether the call returns a guard that keeps the code atomic until it is disposed.</summary>
    public bool ReturnsGuard(IMethodSymbol method) =>
        !method.ReturnsVoid && method.ReturnType.SpecialType != SpecialType.System_Boolean
        && (Of(method.ReturnType) & Effects.AtomicScope) != 0;

    /// <summary>Whether values of the type are mappings: a member unmaps its receiver or checks it for an error, or the raw door unmaps it.</summary>
    public bool IsMapping(ITypeSymbol type) => _mappings.GetOrAdd(type.OriginalDefinition, ReadIsMapping);

    private bool ReadIsMapping(ITypeSymbol type)
    {
        if (type.TypeKind is not (TypeKind.Struct or TypeKind.Class) || !KnownTypes.IsSdkMember(type))
            return false;
        foreach (var member in type.GetMembers())
        {
            if ((Of(member) & (Effects.Unmaps | Effects.ChecksMappingError)) != 0)
                return true;
        }

        return types.RawDoor?.GetMembers().OfType<IMethodSymbol>().SelectMany(method => method.Parameters).Any(parameter =>
            SymbolEqualityComparer.Default.Equals(parameter.Type, type) && (Of(parameter) & Effects.ChecksMappingError) != 0) ?? false;
    }

    private Effects ReadMember(ISymbol symbol)
    {
        var effects = Read(symbol.GetAttributes());
        switch (symbol)
        {
            case IMethodSymbol { OverriddenMethod: { } overridden }:
                return effects | Of(overridden);
            case IMethodSymbol { AssociatedSymbol: IPropertySymbol property }:
                return effects | Of(property);
            case IParameterSymbol { ContainingSymbol: IMethodSymbol { OverriddenMethod: { } overridden } } parameter
                when parameter.Ordinal < overridden.Parameters.Length:
                return effects | Of(overridden.Parameters[parameter.Ordinal]);
            default:
                return effects;
        }
    }

    private Effects Read(ImmutableArray<AttributeData> attributes)
    {
        var effects = Effects.None;
        foreach (var attribute in attributes)
            effects |= types.EffectOf(attribute);
        return effects;
    }
}
