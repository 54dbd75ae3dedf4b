using System.Text;

namespace DriverSdk.Cli.Tests.Protocol;

[TestClass]
public sealed class HostileLinesTests
{
    private const int Lines = 100_000;
    private const int LinesBetweenLooks = 500;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void RandomBytesAndMutatedCommands_NeverEndTheConnection()
    {
        var seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var door = new TestDoor(iommu: "", memoryBytes: 32 << 20, "edu@00:03.0", "nvme,size=1M@00:04.0", "dma-probe@00:05.0");
        var seeds = ProtocolRows.SameAsQemu.Concat(ProtocolRows.Refused).SelectMany(row => row.Request.Split('\n'))
            .Concat(["outl 0xcf8 0x80001804", "outl 0xcf8 0x80001810", "outl 0xcfc 0xfe000007", "writel 0xfe000080 0x1", "writeq 0xfed90088 0x10", "writel 0xfed90018 0x84000000"])
            .Select(Encoding.Latin1.GetBytes).ToArray();
        for (var line = 0; line < Lines; line += LinesBetweenLooks)
        {
            for (var each = 0; each < LinesBetweenLooks; each++)
                door.Send(random.Next(4) == 0 ? RandomBytes(random) : Mutate(random, seeds));
            door.Send("\n");
            Assert.AreEqual("OK little", door.Ask("endianness").Split('\n')[^1], $"seed {seed}, line {line}");
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 80)];
        random.NextBytes(bytes);
        bytes[^1] = random.Next(3) == 0 ? bytes[^1] : (byte)'\n';
        return bytes;
    }

    private static byte[] Mutate(Random random, byte[][] seeds)
    {
        var line = seeds[random.Next(seeds.Length)].ToList();
        for (var change = random.Next(0, 4); change > 0; change--)
        {
            var at = random.Next(line.Count + 1);
            var letter = (byte)(random.Next(3) == 0 ? random.Next(256) : "0123456789abcdefx- "[random.Next(19)]);
            if (at == line.Count || random.Next(3) == 0)
                line.Insert(at, letter);
            else if (random.Next(2) == 0)
                line[at] = letter;
            else
                line.RemoveAt(at);
        }

        line.Add((byte)'\n');
        return [.. line];
    }
}
