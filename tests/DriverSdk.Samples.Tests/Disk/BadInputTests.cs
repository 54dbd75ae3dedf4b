namespace DriverSdk.Samples.Tests.Disk;

[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    public void MissingFile_IsRefused()
    {
        const string path = "/nonexistent/disk.img";
        Refuses($"'{path}' does not exist; give the path of a disk image, or none to let the sample make its own.", path);
    }

    [TestMethod]
    public void Directory_IsRefused()
    {
        var path = Path.GetTempPath();
        Refuses($"'{path}' is a directory; give the path of a disk image.", path);
    }

    [TestMethod]
    public void EmptyFile_IsRefused()
    {
        using var image = new TempImage(0);
        Refuses($"'{image.Path}' is empty; a disk needs at least one block of 512 bytes.", image.Path);
    }

    [TestMethod]
    public void FileThatEndsInsideABlock_IsRefused()
    {
        using var image = new TempImage(4096 + 512);
        Refuses(
            $"'{image.Path}' holds 4608 bytes, which is not a multiple of the 4096-byte block; pad it or choose another --block-size.",
            image.Path,
            "--block-size",
            "4096");
    }

    [TestMethod]
    public void FileThatCannotBeRead_IsRefused()
    {
        using var image = new TempImage(4096);
        using var held = new FileStream(image.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var run = ProgramRun.Of(image.Path);
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("", run.Output);
        Assert.StartsWith($"'{image.Path}' cannot be read: ", run.Errors);
        Assert.EndsWith("." + Environment.NewLine, run.Errors);
    }

    [TestMethod]
    [DataRow("--queues", "0", "--queues was given as 0; give a number from 1 to 64.")]
    [DataRow("--queues", "65", "--queues was given as 65; give a number from 1 to 64.")]
    [DataRow("--depth", "513", "--depth was given as 513; give a number from 1 to 512.")]
    [DataRow("--block-size", "1000", "--block-size was given as 1000; give 512 or 4096.")]
    public void OptionOutOfRange_IsRefused(string name, string value, string sentence) => Refuses(sentence, name, value);

    [TestMethod]
    [DataRow("--depth", "many")]
    [DataRow("--no-such-option", "1")]
    [DataRow("one.img", "two.img")]
    public void ArgumentsThatMakeNoSense_AreRefused(params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("", run.Output);
        Assert.IsGreaterThan(1, run.Errors.Length);
    }

    private static void Refuses(string sentence, params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.AreEqual(sentence + Environment.NewLine, run.Errors);
        Assert.AreEqual("", run.Output);
        Assert.AreEqual(2, run.ExitCode);
    }
}
