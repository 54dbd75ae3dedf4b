namespace DriverSdk.Cli.Protocol;

/// <summary>All commands of the protocol. Dispatch, help, page and tests read this table.</summary>
internal static class CommandTable
{
    private static readonly CommandRow[] Rows =
    [
        new("readb", "ADDR", "OK 0xVALUE", "Reads 8 bits of RAM or registers; 16 digits.", AccessCommands.ReadByte),
        new("readw", "ADDR", "OK 0xVALUE", "Reads 16 bits.", AccessCommands.ReadWord),
        new("readl", "ADDR", "OK 0xVALUE", "Reads 32 bits.", AccessCommands.ReadLong),
        new("readq", "ADDR", "OK 0xVALUE", "Reads 64 bits.", AccessCommands.ReadQuad),
        new("writeb", "ADDR VALUE", "OK", "Writes 8 bits; higher bits of the value are ignored.", AccessCommands.WriteByte),
        new("writew", "ADDR VALUE", "OK", "Writes 16 bits.", AccessCommands.WriteWord),
        new("writel", "ADDR VALUE", "OK", "Writes 32 bits.", AccessCommands.WriteLong),
        new("writeq", "ADDR VALUE", "OK", "Writes 64 bits.", AccessCommands.WriteQuad),
        new("inb", "PORT", "OK 0xVALUE", "Reads 8 bits of an I/O port; at least 4 digits.", PortCommands.ReadByte),
        new("inw", "PORT", "OK 0xVALUE", "Reads 16 bits of an I/O port.", PortCommands.ReadWord),
        new("inl", "PORT", "OK 0xVALUE", "Reads 32 bits of an I/O port.", PortCommands.ReadLong),
        new("outb", "PORT VALUE", "OK", "Writes 8 bits to an I/O port.", PortCommands.WriteByte),
        new("outw", "PORT VALUE", "OK", "Writes 16 bits to an I/O port.", PortCommands.WriteWord),
        new("outl", "PORT VALUE", "OK", "Writes 32 bits to an I/O port.", PortCommands.WriteLong),
        new("read", "ADDR SIZE", "OK 0xDATA", "Reads SIZE bytes, at least 1; two digits each.", BlockCommands.Read),
        new("write", "ADDR SIZE 0xDATA", "OK", "Writes SIZE bytes; missing ones are zero, further ones ignored.", BlockCommands.Write),
        new("b64read", "ADDR SIZE", "OK DATA", "Reads SIZE bytes in base 64.", BlockCommands.ReadBase64),
        new("b64write", "ADDR SIZE DATA", "OK", "Writes at most SIZE bytes that come in base 64.", BlockCommands.WriteBase64),
        new("memset", "ADDR SIZE VALUE", "OK", "Writes one byte SIZE times.", BlockCommands.Fill),
        new("clock_step", "[NS]", "OK NS", "Moves virtual time on by NS nanoseconds, or to the next deadline; answers the time.", ClockCommands.Step),
        new("clock_set", "NS", "OK NS", "Moves virtual time to NS nanoseconds; fails with the time when that is past.", ClockCommands.Set),
        new("irq_intercept_in", "PATH", "OK", "Tells every change of the I/O APIC's pins (PATH ioapic) as IRQ raise N or IRQ lower N.", InterruptCommands.InterceptIn),
        new("irq_intercept_out", "PATH [NAME]", "OK", "The same for a device's outgoing pins; no device here has any.", InterruptCommands.InterceptOut),
        new("set_irq_in", "PATH NAME N LEVEL", "OK", "Asserts pin N of PATH ioapic, NAME unnamed-gpio-in, or takes it back with LEVEL 0.", InterruptCommands.SetPin),
        new("endianness", "", "OK little", "Says how the machine orders bytes.", MachineCommands.Endianness),
        new("module_load", "PREFIX NAME", "FAIL", "QEMU's way to load a part of itself; there is nothing to load here.", MachineCommands.LoadModule),
        new("emu_interrupts", "", "OK COUNT APIC:VECTOR...", "Takes the interrupts that reached the CPUs since the last call, in hexadecimal.", InterruptCommands.TakeInterrupts),
        new("emu_statistics", "", "OK NAME=COUNT...", "What the remapping unit has done so far, cache by cache.", MachineCommands.Statistics),
    ];

    /// <summary>Commands by kind; those whose names begin with <c>emu_</c> are our own.</summary>
    public static IReadOnlyList<CommandRow> All => Rows;

    /// <summary>The command of that name, or null.</summary>
    public static CommandRow? Find(ReadOnlySpan<byte> name)
    {
        foreach (var row in Rows)
        {
            if (name.SequenceEqual(row.Word))
                return row;
        }

        return null;
    }
}
