using System.Security.Cryptography;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Replay;

/// <summary>A copy of RAM, to find out what has changed since it was taken.</summary>
internal sealed class RamShadow(PhysicalMemory ram)
{
    private const int BlockBytes = 1 << 16;
    private const int RunBytes = 64;

    private readonly byte[] _copy = new byte[ram.Layout.LowRam.LengthBytes];
    private readonly byte[] _block = new byte[BlockBytes];

    /// <summary>SHA-256 of all RAM below the hole, in hexadecimal.</summary>
    public static string HashOf(PhysicalMemory ram)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        for (var start = 0UL; start < ram.Layout.LowRam.LengthBytes; start += BlockBytes)
        {
            ram.TryRead(new PhysAddr(start), block);
            hash.AppendData(block);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Hands over each run of bytes that differs from the copy, and brings the copy up to date.</summary>
    public void TakeChanges(Action<PhysAddr, byte[]> changed)
    {
        for (var start = 0; start < _copy.Length; start += BlockBytes)
        {
            var was = _copy.AsSpan(start, BlockBytes);
            ram.TryRead(new PhysAddr((ulong)start), _block);
            if (was.SequenceEqual(_block))
                continue;
            for (var run = 0; run < BlockBytes; run += RunBytes)
            {
                var now = _block.AsSpan(run, RunBytes);
                if (!was.Slice(run, RunBytes).SequenceEqual(now))
                    changed(new PhysAddr((ulong)(start + run)), now.ToArray());
            }

            _block.CopyTo(was);
        }
    }
}
