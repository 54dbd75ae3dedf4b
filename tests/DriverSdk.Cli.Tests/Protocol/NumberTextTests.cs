using System.Globalization;
using System.Text;
using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Tests.Protocol;

[TestClass]
public sealed class NumberTextTests
{
    [TestMethod]
    [DataRow("0", 0ul)]
    [DataRow("017", 15ul)]
    [DataRow("0x1F", 31ul)]
    [DataRow("0Xff", 255ul)]
    [DataRow("+12", 12ul)]
    [DataRow("\t12", 12ul)]
    [DataRow("18446744073709551615", ulong.MaxValue)]
    [DataRow("01777777777777777777777", ulong.MaxValue)]
    [DataRow("-2", ulong.MaxValue - 1)]
    public void ANumber_IsReadAsStrtoulDoes(string text, ulong expected)
    {
        Assert.IsTrue(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out var value));
        Assert.AreEqual(expected, value);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-")]
    [DataRow("+")]
    [DataRow("0x")]
    [DataRow("09")]
    [DataRow("1a")]
    [DataRow("0x1g")]
    [DataRow("0x-1")]
    [DataRow("1 ")]
    [DataRow("18446744073709551616")]
    [DataRow("02000000000000000000000")]
    [DataRow("0x10000000000000000")]
    [DataRow("+-1")]
    public void WhatIsNoNumber_IsRefused(string text) => Assert.IsFalse(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [TestMethod]
    public void RandomNumbers_AreReadInAllBases()
    {
        var random = new Random(4711);
        for (var round = 0; round < 10_000; round++)
        {
            var value = (ulong)random.NextInt64() >> random.Next(64);
            foreach (var text in new[] { value.ToString(CultureInfo.InvariantCulture), $"0x{value:x}", "0" + Convert.ToString((long)value, 8) })
            {
                Assert.IsTrue(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out var read), text);
                Assert.AreEqual(value, read, text);
            }
        }
    }
}
