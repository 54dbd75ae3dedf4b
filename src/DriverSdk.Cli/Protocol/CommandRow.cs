namespace DriverSdk.Cli.Protocol;

/// <summary>One command of the protocol: what help, page and tests say about it, and what runs.</summary>
/// <param name="Name">The first word of the request.</param>
/// <param name="Arguments">The others, in upper case; those in brackets may be left out.</param>
/// <param name="Answer">The answer when all is well.</param>
/// <param name="Meaning">What it does, in one sentence.</param>
/// <param name="Handler">Does it.</param>
internal sealed record CommandRow(string Name, string Arguments, string Answer, string Meaning, CommandHandler Handler)
{
    /// <summary>The name as it comes over the wire.</summary>
    public byte[] Word { get; } = System.Text.Encoding.ASCII.GetBytes(Name);

    /// <summary>Arguments that must be there.</summary>
    public int Required { get; } = Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(argument => argument[0] != '[');
}
