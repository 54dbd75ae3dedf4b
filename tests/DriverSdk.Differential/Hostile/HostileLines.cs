using System.Globalization;
using System.Text;
using DriverSdk.Differential.Rigs;

namespace DriverSdk.Differential.Hostile;

/// <summary>Lines for a door that somebody hostile might send: random bytes as tables, descriptors and registers, requests of devices, and lines that are none.</summary>
/// <param name="random">The round's source.</param>
internal sealed class HostileLines(Random random)
{
    /// <summary>Where the devices' BARs are placed: edu, nvme, dma-probe.</summary>
    public static IReadOnlyList<ulong> Bars { get; } = [0xe000_0000, 0xe010_0000, 0xe020_0000];

    private const ulong Unit = 0xfed9_0000;
    private const ulong Probe = 0xe020_0000;
    private const int TablePages = 12;

    /// <summary>Lines that place the BARs of devices 3, 4 and 5 and let them master the bus, and turn the unit on with tables in memory.</summary>
    public static string Setup()
    {
        var text = new StringBuilder();
        for (var device = 0; device < Bars.Count; device++)
        {
            var config = 0x8000_0000u | (uint)((device + 3) << 11);
            text.Append(CultureInfo.InvariantCulture, $"outl 0xcf8 0x{config | 0x10:x}\noutl 0xcfc 0x{Bars[device]:x}\noutl 0xcf8 0x{config | 0x14:x}\noutl 0xcfc 0x0\noutl 0xcf8 0x{config | 4:x}\noutl 0xcfc 0x6\n");
        }

        return text.Append(CultureInfo.InvariantCulture,
            $"writeq 0x{Unit + 0x20:x} 0x{MemoryMap.Root:x}\nwritel 0x{Unit + 0x18:x} 0x40000000\nwriteq 0x{Unit + 0xb8:x} 0x{MemoryMap.Status + 0x1000:x}\nwritel 0x{Unit + 0x18:x} 0x01000000\n"
            + $"writeq 0x{Unit + 0x90:x} 0x{MemoryMap.Queue:x}\nwritel 0x{Unit + 0x18:x} 0x04000000\nwritel 0x{Unit + 0x18:x} 0x86000000\n").ToString();
    }

    /// <summary>The next few lines.</summary>
    public byte[] Next() => random.Next(10) switch
    {
        0 => RandomBytes(),
        1 or 2 => Text($"writeq 0x{Place():x} 0x{Word():x}\n"),
        3 => Text($"write 0x{Place():x} 0x40 0x{Convert.ToHexString(Noise(64))}\n"),
        4 => Text($"writeq 0x{MemoryMap.Queue + ((ulong)(uint)random.Next(512) * 8):x} 0x{Descriptor():x}\n"),
        5 => Text($"writeq 0x{Unit + 0x88:x} 0x{(ulong)(uint)random.Next(256) << 4:x}\n"),
        6 => Text($"{(random.Next(2) == 0 ? "writel" : "writeq")} 0x{Unit + ((ulong)(uint)random.Next(0x240) & ~3UL):x} 0x{Word():x}\n"),
        7 => Text($"{Read()} 0x{Unit + (ulong)(uint)random.Next(0x1000):x}\n"),
        8 => Text($"writel 0x{Bars[random.Next(Bars.Count)] + ((ulong)(uint)random.Next(0x2000) & ~3UL):x} 0x{(uint)Word():x}\nclock_step 1000000\n"),
        _ => Text($"writeq 0x{Probe + 8:x} 0x{Address():x}\nwritel 0x{Probe + 0x10:x} 0x{random.Next(0x4000):x}\nwritel 0x{Probe + 0x14:x} 0x{random.Next(0x1000) & ~0xf0:x}\nwritel 0x{Probe + 0x1c:x} 0x1\n"),
    };

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private byte[] RandomBytes()
    {
        var bytes = Noise(random.Next(1, 100));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private byte[] Noise(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Read() => random.Next(4) switch { 0 => "readb", 1 => "readw", 2 => "readl", _ => "readq" };

    private ulong Place() => MemoryMap.Root + ((ulong)(uint)random.Next(TablePages * 4096) & ~7UL);

    private ulong Address() => random.Next(4) == 0 ? (ulong)random.NextInt64() << 1 : ((ulong)(uint)random.Next(512) << (9 * random.Next(1, 5))) + (uint)random.Next(4096);

    // Half of them could be entries: a place among the tables or in memory, present and writable.
    private ulong Word() => random.Next(4) switch
    {
        0 => (ulong)random.NextInt64() << random.Next(2),
        1 => (ulong)(uint)random.Next(),
        _ => (MemoryMap.Root & ~0xfffUL) + ((ulong)(uint)random.Next(TablePages) << 12) + (uint)random.Next(16),
    };

    private ulong Descriptor() => random.Next(3) == 0 ? Word() : (uint)random.Next(1, 10) | ((ulong)(uint)random.Next(4) << 4) | ((ulong)(uint)random.Next(8) << 16);
}
