using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>Random configuration writes against a model that knows only which bytes of which function are writable.</summary>
[TestClass]
public sealed class ConfigSpaceModelTests
{
    private const int Steps = 4000;

    // (offset, writable bits) of a probe device; every byte that is not here is read-only. Bit 15 of device control starts a reset and is left out.
    private static readonly (int Offset, byte Mask)[] Endpoint =
    [
        (0x04, 0x46), (0x05, 0x05), (0x0c, 0xff),
        (0x11, 0xf0), (0x12, 0xff), (0x13, 0xff), (0x14, 0xff), (0x15, 0xff), (0x16, 0xff), (0x17, 0xff),
        (0x19, 0xe0), (0x1a, 0xff), (0x1b, 0xff), (0x21, 0xf0), (0x22, 0xff), (0x23, 0xff), (0x3c, 0xff),
        (0x48, 0xff), (0x49, 0x7f),
        (0x7e, 0x71), (0x80, 0xfc), (0x81, 0xff), (0x82, 0xff), (0x83, 0xff), (0x84, 0xff), (0x85, 0xff), (0x86, 0xff), (0x87, 0xff),
        (0x88, 0xff), (0x89, 0xff), (0x8c, 0x0f), (0x97, 0xc0),
    ];

    private static readonly (int Offset, byte Mask)[] Bridge =
    [
        (0x04, 0x46), (0x05, 0x05), (0x0c, 0xff), (0x18, 0xff), (0x19, 0xff), (0x1a, 0xff),
        (0x20, 0xf0), (0x21, 0xff), (0x22, 0xf0), (0x23, 0xff), (0x24, 0xf0), (0x25, 0xff), (0x26, 0xf0), (0x27, 0xff),
        (0x28, 0xff), (0x29, 0xff), (0x2a, 0xff), (0x2b, 0xff), (0x2c, 0xff), (0x2d, 0xff), (0x2e, 0xff), (0x2f, 0xff),
        (0x3c, 0xff), (0x3e, 0x40), (0x48, 0xff), (0x49, 0x7f), (0x106, 0x1d),
    ];

    [TestMethod]
    [DataRow("endpoint")]
    [DataRow("bridge")]
    public void RandomWrites_ChangeOnlyWritableBits(string kind)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var board = new PciBoard();
        var place = new Bdf(0, random.Next(1, 32), 0);
        board.Root.Attach(kind == "bridge" ? new PciBridge() : new ProbeDevice(), place);
        var masks = new byte[4096];
        foreach (var (offset, mask) in kind == "bridge" ? Bridge : Endpoint)
            masks[offset] = mask;
        var model = new byte[4096];
        for (var offset = 0; offset < model.Length; offset++)
            model[offset] = (byte)board.ReadConfig(place, offset, AccessWidth.Byte);

        for (var step = 0; step < Steps; step++)
        {
            var width = (AccessWidth)(1 << random.Next(3));
            var limit = random.Next(10) == 0 ? 4096 : 256;
            var offset = random.Next(limit / (int)width) * (int)width;
            // Without the byte that could start a reset.
            var value = offset + (int)width > 0x49 && offset <= 0x49 && kind != "bridge"
                ? (uint)random.NextInt64(1L << 32) & ~(0x80u << ((0x49 - offset) * 8))
                : (uint)random.NextInt64(1L << 32);
            if (random.Next(2) == 0 && offset < 256)
                board.WriteConfigByPort(place, offset, value, width);
            else
                board.WriteConfig(place, offset, value, width);
            for (var i = 0; i < (int)width; i++)
                model[offset + i] = (byte)((model[offset + i] & ~masks[offset + i]) | ((byte)(value >> (i * 8)) & masks[offset + i]));
            Compare(board, place, model, offset & ~7, $"seed {seed}, step {step}: {width} at 0x{offset:x} = 0x{value:x}");
        }

        for (var offset = 0; offset < model.Length; offset += 8)
            Compare(board, place, model, offset, $"seed {seed}, at the end");
    }

    private static void Compare(PciBoard board, Bdf place, byte[] model, int offset, string what)
    {
        for (var i = offset; i < offset + 8; i++)
            Assert.AreEqual(model[i], (byte)board.ReadConfig(place, i, AccessWidth.Byte), $"byte 0x{i:x}; {what}");
    }
}
