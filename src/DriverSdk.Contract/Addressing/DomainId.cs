namespace DriverSdk.Contract.Addressing;

/// <summary>The 16-bit tag that a context entry gives a second-stage table, and by which caches are tagged and invalidated.</summary>
/// <remarks>The default value is domain 0, reserved for cached not-present entries when CAP.CM is set. Source: facts/vtd.md 2 and 4.</remarks>
/// <param name="Value">The id, 0 to 65535; the unit supports 2^(4+2*ND) of them.</param>
public readonly record struct DomainId(ushort Value)
{
    /// <summary>The id as <c>did:7</c>.</summary>
    public override string ToString() => $"did:{Value}";
}
