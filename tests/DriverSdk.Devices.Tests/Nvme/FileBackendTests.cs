using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>A namespace in a file of the host.</summary>
[TestClass]
public sealed class FileBackendTests
{
    private string _path = "";

    [TestInitialize]
    public void MakeFile() => _path = Path.GetTempFileName();

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    public void File_IsReadAndWritten_ThroughTheController()
    {
        var bytes = new byte[64 * 512];
        new Random(5).NextBytes(bytes);
        File.WriteAllBytes(_path, bytes);
        using var backend = new FileBackend(_path, BackendAccess.ReadWrite);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var page = driver.Board.Allocate(8192);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, 3, 16, page, page + 4096)));
        CollectionAssert.AreEqual(bytes[(3 * 512)..(19 * 512)], driver.Board.ReadMemory(page, 8192));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Write, 40, 8, page)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.WriteZeroes, 0, 2)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush)));

        bytes.AsSpan(3 * 512, 4096).CopyTo(bytes.AsSpan(40 * 512));
        bytes.AsSpan(0, 1024).Clear();
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(_path));
    }

    [TestMethod]
    public void ReadOnlyFile_NeedsNoWritePermission_AndRefusesWrites()
    {
        File.WriteAllBytes(_path, new byte[512]);
        File.SetAttributes(_path, FileAttributes.ReadOnly);
        using var backend = new FileBackend(_path, BackendAccess.ReadOnly);
        Assert.AreEqual(BackendStatus.Success, backend.Read(0, new byte[512]));
        Assert.AreEqual(BackendStatus.WriteProtected, backend.Write(0, new byte[512]));
        Assert.AreEqual(BackendStatus.WriteProtected, backend.WriteZeroes(0, 512));
        Assert.AreEqual(BackendStatus.Success, backend.Flush());
        File.SetAttributes(_path, FileAttributes.Normal);
    }

    [TestMethod]
    [DataRow(0, 512, "is empty")]
    [DataRow(511, 512, "not a multiple")]
    [DataRow(4608, 4096, "not a multiple")]
    [DataRow(512, 1024, "512 or of 4096")]
    public void BadSizes_AreRefused_InOneSentence(int lengthBytes, int blockBytes, string words)
    {
        File.WriteAllBytes(_path, new byte[lengthBytes]);
        var error = Assert.Throws<ArgumentException>(() => new FileBackend(_path, BackendAccess.ReadOnly, blockBytes));
        StringAssert.Contains(error.Message, words);
    }

    [TestMethod]
    public void MissingFileOrDirectory_IsRefused_WithItsName()
    {
        var missing = _path + ".missing";
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new FileBackend(missing, BackendAccess.ReadOnly)).Message, missing);
        Assert.Throws<ArgumentException>(() => new FileBackend(Path.GetTempPath(), BackendAccess.ReadOnly));
    }

    [TestMethod]
    public void FileThatShrinks_OrIsClosed_IsAMediaError()
    {
        File.WriteAllBytes(_path, new byte[8192]);
        var backend = new FileBackend(_path, BackendAccess.ReadWrite);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var page = driver.Board.Allocate(4096);
        using (var file = File.Open(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(4096);
        TestDriver.FailsWith(NvmeStatusCode.UnrecoveredReadError, queue.Run(driver.Command(NvmOpcode.Read, 7, 2, page)));
        backend.Dispose();
        TestDriver.FailsWith(NvmeStatusCode.UnrecoveredReadError, queue.Run(driver.Command(NvmOpcode.Read, 0, 1, page)));
        TestDriver.FailsWith(NvmeStatusCode.WriteFault, queue.Run(driver.Command(NvmOpcode.Write, 0, 1, page)));
        TestDriver.FailsWith(NvmeStatusCode.WriteFault, queue.Run(driver.Command(NvmOpcode.Flush)));
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    public void MemoryAndCorruptingBackends_CheckTheirArguments()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MemoryBackend(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MemoryBackend(1, blockBytes: 1024));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MemoryBackend(int.MaxValue));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CorruptingBackend(new MemoryBackend(1), 512));
        Assert.ThrowsExactly<ArgumentNullException>(() => new NvmeController(null!));
    }
}
