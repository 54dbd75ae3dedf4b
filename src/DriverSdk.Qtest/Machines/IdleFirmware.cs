namespace DriverSdk.Qtest.Machines;

/// <summary>A firmware image whose only CPU sleeps for ever, so that virtual time runs and nothing but the qtest client touches the machine.</summary>
public static class IdleFirmware
{
    private const int SizeBytes = 1 << 16;
    private const int ResetVector = 0xfff0;

    /// <summary>64 KiB with <c>cli; hlt; jmp</c> back to the <c>cli</c> at the reset vector.</summary>
    public static byte[] Build()
    {
        byte[] code = [0xfa, 0xf4, 0xeb, 0xfc];
        var image = new byte[SizeBytes];
        code.CopyTo(image, ResetVector);
        return image;
    }
}
