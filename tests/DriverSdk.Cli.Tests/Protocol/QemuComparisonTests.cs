namespace DriverSdk.Cli.Tests.Protocol;

[TestClass]
public sealed class QemuComparisonTests
{
    [TestMethod]
    public void EveryRowOfTheSameAnswers_IsAnsweredSoByQemu()
    {
        if (!RawQemu.IsInstalled)
            Assert.Inconclusive("qemu-system-x86_64 is not installed, so the protocol was not compared with it: apt-get install qemu-system-x86");
        foreach (var (request, answer) in ProtocolRows.SameAsQemu)
        {
            // A machine each, as for our own: pins stay intercepted and registers written.
            using var qemu = new RawQemu();
            Assert.AreEqual(answer, qemu.Ask(request), request);
        }
    }
}
