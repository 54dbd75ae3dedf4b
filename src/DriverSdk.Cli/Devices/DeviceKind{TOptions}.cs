using DriverSdk.Cli.Options;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Cli.Devices;

/// <summary>A device whose keys describe <typeparamref name="TOptions"/>.</summary>
/// <typeparam name="TOptions">The device's options.</typeparam>
/// <param name="name">Its name in <c>--device</c>.</param>
/// <param name="meaning">What it is, in one sentence.</param>
/// <param name="keys">Its keys.</param>
/// <param name="start">What holds without any.</param>
/// <param name="make">Makes one; what it holds of the host goes into the collection.</param>
internal sealed class DeviceKind<TOptions>(
    string name, string meaning, IReadOnlyList<OptionKey<TOptions>> keys, TOptions start, Func<TOptions, ICollection<IDisposable>, PciFunction> make) : DeviceKind
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Meaning => meaning;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Values, string Default, string Meaning)> Keys =>
        keys.Select(key => (key.Name, key.Values, key.Default, key.Meaning));

    /// <inheritdoc/>
    public override PciFunction Make(IEnumerable<string> parts, ICollection<IDisposable> owned)
    {
        try
        {
            return make(OptionList.Apply($"--device {name}", parts, keys, start), owned);
        }
        catch (ArgumentException refused)
        {
            throw UsageException.Of(refused, $"--device {name} cannot be made: ");
        }
    }
}
