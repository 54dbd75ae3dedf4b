namespace DriverSdk.Devices.Nvme;

/// <summary>What a controller can do; chosen once, when it is made.</summary>
/// <remarks>The values are checked by the controller's constructor.</remarks>
public sealed record NvmeControllerOptions
{
    /// <summary>I/O queue pairs the controller has, 1 to 255; default 16.</summary>
    public int IoQueuePairs { get; init; } = 16;

    /// <summary>Greatest number of entries in an I/O queue (CAP.MQES plus one), 2 to 65536; default 1024.</summary>
    public int QueueEntries { get; init; } = 1024;

    /// <summary>Distance of two doorbells in bytes (CAP.DSTRD), a power of two from 4 to 1024; default 4.</summary>
    public int DoorbellStrideBytes { get; init; } = 4;

    /// <summary>Greatest transfer of one command in bytes (MDTS), a power of two from 4096 to 16 MiB; default 1 MiB.</summary>
    public int MaximumTransferBytes { get; init; } = 1 << 20;

    /// <summary>MSI-X vectors, 1 to 256; default 17: the admin queue and each I/O queue pair have their own.</summary>
    public int InterruptVectors { get; init; } = 17;

    /// <summary>Serial number, at most 20 ASCII characters.</summary>
    public string SerialNumber { get; init; } = "DRIVERSDK0001";

    /// <summary>Model number, at most 40 ASCII characters.</summary>
    public string ModelNumber { get; init; } = "DriverSdk NVMe disk";

    internal void Check()
    {
        InRange(IoQueuePairs, 1, 255, nameof(IoQueuePairs));
        InRange(QueueEntries, 2, 65536, nameof(QueueEntries));
        InRange(InterruptVectors, 1, 256, nameof(InterruptVectors));
        PowerOfTwo(DoorbellStrideBytes, 4, 1024, nameof(DoorbellStrideBytes));
        PowerOfTwo(MaximumTransferBytes, 4096, 16 << 20, nameof(MaximumTransferBytes));
        Text(SerialNumber, 20, nameof(SerialNumber));
        Text(ModelNumber, 40, nameof(ModelNumber));
    }

    private static void InRange(int value, int first, int last, string name)
    {
        if (value < first || value > last)
            throw new ArgumentOutOfRangeException(name, value, $"{name} lies between {first} and {last}.");
    }

    private static void PowerOfTwo(int value, int first, int last, string name)
    {
        InRange(value, first, last, name);
        if (!int.IsPow2(value))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is a power of two.");
    }

    private static void Text(string value, int lastLength, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > lastLength || !System.Text.Ascii.IsValid(value))
            throw new ArgumentException($"{name} '{value}' must be at most {lastLength} ASCII characters.", name);
    }
}
