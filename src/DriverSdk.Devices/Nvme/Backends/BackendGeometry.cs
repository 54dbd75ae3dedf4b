namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>The one place that decides which sizes a namespace can have.</summary>
internal static class BackendGeometry
{
    public static void CheckBlockBytes(int blockBytes)
    {
        if (blockBytes is not (512 or 4096))
            throw new ArgumentOutOfRangeException(nameof(blockBytes), blockBytes, "A namespace has blocks of 512 or of 4096 bytes; choose one of the two.");
    }

    public static ulong BlockCount(string what, long lengthBytes, int blockBytes, string parameterName)
    {
        if (lengthBytes == 0)
            throw new ArgumentException($"{what} is empty; a namespace needs at least one block of {blockBytes} bytes.", parameterName);
        if (lengthBytes % blockBytes != 0)
            throw new ArgumentException(
                $"{what} has {lengthBytes} bytes, which is not a multiple of the block size of {blockBytes} bytes; pad it or choose another block size.", parameterName);
        return (ulong)(lengthBytes / blockBytes);
    }
}
