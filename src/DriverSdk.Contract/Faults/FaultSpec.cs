namespace DriverSdk.Contract.Faults;

/// <summary>What is known of one fault reason. The table of all of them is the only place that says it.</summary>
/// <remarks>
/// Source: facts/vtd.md 6 for codes, mnemonics and meanings. Which reasons are qualified is unverified against the specification; so are the
/// mnemonics of the scalable-mode rows where the facts give only a range. <c>-</c> stands where the facts give no mnemonic.
/// </remarks>
/// <param name="Reason">The code in a fault record.</param>
/// <param name="Mnemonic">The specification's short name, such as <c>LRT.2</c>.</param>
/// <param name="Suppression">Whether software can switch its recording off.</param>
/// <param name="Meaning">What happened, as the middle of a sentence.</param>
public readonly partial record struct FaultSpec(FaultReason Reason, string Mnemonic, Suppressible Suppression, string Meaning)
{
    /// <summary>The row of <paramref name="reason"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such reason exists.</exception>
    public static FaultSpec Of(FaultReason reason) => ByReason[(int)reason] is { Mnemonic: not null } spec
        ? spec
        : throw new ArgumentOutOfRangeException(nameof(reason), reason, $"0x{(byte)reason:x2} is no fault reason; use a member of {nameof(FaultReason)} other than None.");

    /// <summary>The reason as <c>LRT.2 (0x01): the root entry ... is not present</c>.</summary>
    public override string ToString() => $"{Mnemonic} (0x{(byte)Reason:x2}): {Meaning}";

    private static FaultSpec[] IndexByReason()
    {
        var table = new FaultSpec[256];
        foreach (var spec in All)
            table[(int)spec.Reason] = spec;
        return table;
    }
}
