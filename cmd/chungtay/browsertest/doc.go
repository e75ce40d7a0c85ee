// Package browsertest drives the page of chungtay demo in Debian's Chromium: what people click, type and see. It is a
// module of its own so that the product does not depend on a browser. Its tests also take the pictures of docs/anh:
//
//	go test . -run TestPictures -update
package browsertest
