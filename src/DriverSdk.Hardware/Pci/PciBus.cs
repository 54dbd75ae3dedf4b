using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Pci;

/// <summary>The functions on one bus, and the bridge above it (none on the root bus).</summary>
internal sealed class PciBus(RootComplex? root, PciBridge? bridge)
{
    private const int DevFnCount = 256;
    private const int FunctionsPerDevice = 8;

    private readonly PciFunction?[] _functions = new PciFunction?[DevFnCount];

    /// <summary>The machine, or null while the bridge above is not attached.</summary>
    public RootComplex? Root => bridge is null ? root : bridge.Root;

    /// <summary>The bridge above.</summary>
    public PciBridge? Bridge => bridge;

    /// <summary>The bus number, as software wrote it into the bridge above; the root bus is 0.</summary>
    public int Number => bridge?.SecondaryBus ?? 0;

    /// <summary>All functions in order.</summary>
    public IEnumerable<PciFunction> Functions => _functions.OfType<PciFunction>();

    /// <summary>Puts a function on the bus.</summary>
    /// <exception cref="ArgumentException">The place is taken, or function 0 of the device is missing: software looks there first.</exception>
    public void Add(PciFunction function, int device, int number)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfNegative(device);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(device, 31);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 7);
        var devFn = (device << 3) | number;
        if (_functions[devFn] is { } other)
            throw new ArgumentException($"Device {device:x2}.{number} of bus {Number:x2} is {other.GetType().Name} already; choose another place.", nameof(device));
        if (number != 0 && _functions[device << 3] is null)
            throw new ArgumentException($"Device {device:x2} has no function 0, so software would not look for function {number}; attach function 0 first.", nameof(number));
        function.JoinBus(this, devFn);
        _functions[devFn] = function;
        MarkMultiFunction(device);
    }

    /// <summary>Takes a function off the bus.</summary>
    public void Remove(PciFunction function)
    {
        _functions[function.DevFn] = null;
        function.LeaveBus();
        MarkMultiFunction(function.DevFn >> 3);
    }

    /// <summary>Carries a configuration request to its function: here (type 0), or through the bridge whose buses hold the number (type 1).</summary>
    public PciFunction? Route(int busNumber, int devFn)
    {
        if (busNumber == Number)
            return _functions[devFn];
        foreach (var function in _functions)
        {
            if (function is PciBridge below && busNumber >= below.SecondaryBus && busNumber <= below.SubordinateBus)
                return below.Secondary.Route(busNumber, devFn);
        }

        return null;
    }

    private void MarkMultiFunction(int device)
    {
        if (_functions[device << 3] is not { } first)
            return;
        var count = _functions.AsSpan(device << 3, FunctionsPerDevice).ToArray().Count(function => function is not null);
        var layout = first.Config.Read8(PciHeader.HeaderType) & ~PciHeader.MultiFunction;
        first.Config.Define(PciHeader.HeaderType, (uint)(count > 1 ? layout | PciHeader.MultiFunction : layout), AccessWidth.Byte);
    }
}
