namespace DriverSdk.Cli.Options;

/// <summary>One key of a list such as <c>aw-bits=48,pt=off</c>: what help and page say about it, and what it changes.</summary>
/// <typeparam name="TOptions">What the list describes.</typeparam>
/// <param name="Name">The key.</param>
/// <param name="Values">What may stand behind it.</param>
/// <param name="Default">What holds without it.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Apply">Takes the value over; throws <see cref="UsageException"/> or <see cref="ArgumentException"/> for a bad one.</param>
internal sealed record OptionKey<TOptions>(string Name, string Values, string Default, string Meaning, Func<TOptions, OptionValue, TOptions> Apply)
{
    /// <summary>Only one value is accepted; the key itself says why it takes no other.</summary>
    public bool HasOneValue => Values == Default;
}
