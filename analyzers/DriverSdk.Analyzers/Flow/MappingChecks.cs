using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Answers the questions whose answer is known by construction: is this mapping an error, is this errno one, has this nullable a value.</summary>
internal sealed class MappingChecks(Body body)
{
    /// <summary>Reads a property of a value; the result is unknown where nothing is known.</summary>
    public List<PathValue> Read(IPropertySymbol property, PathValue instance)
    {
        if ((body.Effects.Of(property) & Effects.ChecksMappingError) != 0)
            return IsError(instance.State, instance.Value);

        var value = property.Name switch
        {
            "IsError" when body.Effects.Types.IsErrno(property.ContainingType) => instance.Value switch
            {
                Values.Error => Values.True,
                Values.Success or Values.Default => Values.False,
                _ => Values.Unknown,
            },
            "HasValue" when IsNullable(property.ContainingType) => instance.Value == Values.Null ? Values.False : Values.IsSlot(instance.Value) ? Values.True : Values.Unknown,
            "Value" when IsNullable(property.ContainingType) => instance.Value,
            _ when KnownTypes.StandsForReceiver(property) && !Values.IsSlot(instance.Value) => instance.Value,
            _ when property.IsStatic && body.Effects.Types.IsErrno(property.ContainingType) && body.Effects.Types.IsErrno(property.Type) =>
                property.Name == "Success" ? Values.Success : Values.Error,
            _ => Values.Unknown,
        };
        return [instance with { Value = value }];
    }

    /// <summary>Asks a mapping whether it is an error; where nobody has asked before, the path forks.</summary>
    public List<PathValue> IsError(PathState state, int mapping)
    {
        if (!Values.IsSlot(mapping))
            return [new PathValue(state, Values.Unknown)];
        var slot = Values.SlotOf(mapping);
        return body.StateOf(state, slot) switch
        {
            SiteState.Unchecked =>
            [
                new PathValue(body.Set(state, slot, SiteState.Failed), Values.True),
                new PathValue(body.Set(state, slot, SiteState.Mapped), Values.False),
            ],
            SiteState.Failed => [new PathValue(state, Values.True)],
            SiteState.Mapped => [new PathValue(state, Values.False)],
            _ => [new PathValue(state, Values.Unknown)],
        };
    }

    private static bool IsNullable(ITypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
}
