using BugsAndReports.Device;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Machines;

var driver = new FillDriver();
var result = Errno.NoDevice;
using var machine = new MachineBuilder().Attach(new FillEngine(), new Bdf(0, 4, 0)).Build();
machine.Run(kernel =>
{
    result = kernel.Pci.RegisterDriver(driver);
    kernel.Pci.UnregisterDriver(driver);
});
return result.IsError ? 1 : 0;
